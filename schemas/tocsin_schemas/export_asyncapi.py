"""AsyncAPI 3.0: channels, messages with their headers, and what a publisher may do. Generated from the models."""

from pathlib import Path

from tocsin_schemas.export_messages import PUBLISHED, Json, messages, names, noun, sent_by_publishers, signature
from tocsin_schemas.topics import TOPICS, Topic

_DESCRIPTION = """\
Alerts for human rights defenders in danger. CloudEvents 1.0 over Kafka, JSON in UTF-8.

A publisher sends reports and actions, in one of three forms, which the header `content-type` tells apart: binary mode
(`application/json`: attributes in `ce_` headers), the same with a sealed body (`application/jose`: a JWE to the
deployment's key), and structured mode (`application/cloudevents+json`: the whole CloudEvent in the body). Each is
signed in the header `tocsin_signature`. The publisher is known by that key, never by what the event says of itself.
What cannot be accepted goes to `tocsin.dead-letters.v1` with a code, and nothing else happens."""


def asyncapi(examples: Path) -> Json:
    """The document. examples: the folder of examples; the first accepted one of each event type goes in."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tocsin",
            "version": "1.0.0",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"broker": _server()},
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {f"{_verb(topic)}-{noun(topic)}": _operation(topic) for topic in TOPICS},
        "components": {
            "messages": messages(examples),
            "schemas": {"signature": signature()},
            "securitySchemes": {"scram": _scram()},
        },
    }


def _server() -> Json:
    return {
        "host": "kafka.tocsin.example:9093",
        "protocol": "kafka-secure",
        "description": "The operators say the true address, and give each publisher a user and a password.",
        "security": [{"$ref": "#/components/securitySchemes/scram"}],
    }


def _scram() -> Json:
    told = "SASL_SSL with SCRAM-SHA-512. A publisher's user may write reports and actions, and nothing else."
    return {"type": "scramSha512", "description": told}


def _verb(topic: Topic) -> str:
    return "publish" if topic in PUBLISHED else "follow"


def _channel(topic: Topic) -> Json:
    return {
        "address": topic.name,
        "description": f"{topic.direction}. Key: {topic.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names(topic)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": [topic.configuration()["cleanup.policy"]],
                    "max.message.bytes": int(topic.configuration()["max.message.bytes"]),
                    "retention.ms": int(topic.configuration()["retention.ms"]),
                },
            }
        },
    }


def _operation(topic: Topic) -> Json:
    """From the side of a mechanism."""
    sends = topic in PUBLISHED
    told = "Publish, signed." if sends else "For services that the operators let read it; a publisher's user may not."
    return {
        "action": "send" if sends else "receive",
        "channel": {"$ref": "#/channels/" + topic.name},
        "summary": told,
        "messages": [
            {"$ref": f"#/channels/{topic.name}/messages/{name}"}
            for name in (sent_by_publishers(topic) if sends else names(topic))
        ],
    }
