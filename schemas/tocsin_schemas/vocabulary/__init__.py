"""The closed vocabularies of the published language, one module per meaning; import every name from here."""

from tocsin_schemas.vocabulary.acts import (
    AccountabilityStatus,
    AuthorityKind,
    CausalLink,
    Cooperation,
    CooperationStatus,
    EvidenceKind,
    ViolationType,
    WgadCategory,
)
from tocsin_schemas.vocabulary.judgement import (
    Certainty,
    Priority,
    Reliability,
    Urgency,
)
from tocsin_schemas.vocabulary.people import (
    Gender,
    GroupKind,
    NameKind,
    Occupation,
    SourceRelation,
    Topic,
    VictimStatus,
)
from tocsin_schemas.vocabulary.permission import (
    Audience,
    ConsentStatus,
    Pap,
    Purpose,
    Tlp,
)
from tocsin_schemas.vocabulary.procedures import (
    ActionType,
    ReferenceScheme,
    ReplyQuality,
)

__all__ = [
    "AccountabilityStatus",
    "ActionType",
    "Audience",
    "AuthorityKind",
    "CausalLink",
    "Certainty",
    "ConsentStatus",
    "Cooperation",
    "CooperationStatus",
    "EvidenceKind",
    "Gender",
    "GroupKind",
    "NameKind",
    "Occupation",
    "Pap",
    "Priority",
    "Purpose",
    "ReferenceScheme",
    "Reliability",
    "ReplyQuality",
    "SourceRelation",
    "Tlp",
    "Topic",
    "Urgency",
    "VictimStatus",
    "ViolationType",
    "WgadCategory",
]
