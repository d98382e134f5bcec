"""python first_report.py BROKER YOUR-NAME signing.pem report.json"""

import sys
from pathlib import Path

from tocsin.publisher import Publisher

broker, name, key, report = sys.argv[1:]
with Publisher(broker, name, key, spool="spool") as publisher:
    receipt = publisher.submit(Path(report).read_bytes())
sys.stdout.write(f"{receipt}\n")
