"""The library that a mechanism publishes with: ``from tocsin.publisher import Publisher``.

``pip install tocsin[publisher]`` installs it, without what the services need.
"""

from tocsin.publisher.errors import BrokerRefused as BrokerRefused
from tocsin.publisher.errors import BrokerUnavailable as BrokerUnavailable
from tocsin.publisher.errors import InvalidReport as InvalidReport
from tocsin.publisher.errors import KeyUnusable as KeyUnusable
from tocsin.publisher.errors import PublisherClosed as PublisherClosed
from tocsin.publisher.errors import PublishError as PublishError
from tocsin.publisher.errors import SpoolDamaged as SpoolDamaged
from tocsin.publisher.errors import SpoolFull as SpoolFull
from tocsin.publisher.errors import SpoolInUse as SpoolInUse
from tocsin.publisher.errors import SpoolOfAnotherKey as SpoolOfAnotherKey
from tocsin.publisher.errors import SpoolProblem as SpoolProblem
from tocsin.publisher.publisher import Publisher as Publisher
from tocsin.publisher.receipts import Receipt as Receipt
