"""The command line: reads options, opens the state file, serves until told to stop."""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from sandbox.stripe.server import Sandbox
from sandbox.stripe.session import Settings
from sandbox.stripe.store import StateFileInUseError, Store


def _rate(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return value


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.stripe", description="A Stripe-shaped server. No money moves."
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, required=True, help="file that keeps everything across restarts")
    parser.add_argument("--public-url", help="how browsers reach this server; default http://localhost:PORT")
    parser.add_argument("--webhook-url", help="where events are sent; none when absent")
    parser.add_argument("--webhook-secret", default=os.environ.get("STRIPE_WEBHOOK_SECRET", "whsec_sandbox"))
    parser.add_argument("--duplicate-rate", type=_rate, default=0.0, help="share of events sent twice, 0 to 1")
    parser.add_argument("--reorder", type=_rate, default=0.0, help="share of events held back, 0 to 1")
    parser.add_argument("--reorder-seconds", type=float, default=2.0, help="how long at most they are held back")
    parser.add_argument("--seed", type=int, default=0, help="makes doubles and order repeatable")
    parser.add_argument("--slow-seconds", type=float, default=3.0, help="how long the slow card takes")
    parser.add_argument(
        "--processing-basis-points", type=int, default=0, help="the provider's own fee of each charge, 150 for 1.5 %%"
    )
    parser.add_argument(
        "--retry-seconds",
        type=float,
        default=1.0,
        help="first wait after a failed delivery; doubles",
    )
    return parser.parse_args(arguments)


def _refuse(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return 1


def main() -> int:
    options = parse()
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s stripe-sandbox %(message)s")
    settings = Settings(
        public_url=(options.public_url or f"http://localhost:{options.port}").rstrip("/"),
        webhook_url=options.webhook_url,
        webhook_secret=options.webhook_secret,
        duplicate_rate=options.duplicate_rate,
        reorder=options.reorder,
        reorder_seconds=options.reorder_seconds,
        seed=options.seed,
        slow_seconds=options.slow_seconds,
        processing_basis_points=options.processing_basis_points,
        retry_seconds=options.retry_seconds,
    )
    options.state.parent.mkdir(parents=True, exist_ok=True)
    try:
        store = Store(str(options.state))
    except StateFileInUseError:
        return _refuse(f"The state file {options.state} is in use or no sandbox state. Choose another.")
    try:
        server = Sandbox((options.host, options.port), store, settings)
    except OSError as problem:
        return _refuse(f"Port {options.port} cannot be used: {problem.strerror}. Choose another.")
    for signum in (signal.SIGTERM, signal.SIGINT):
        # `shutdown` waits for the serving loop, so it may not run on the loop's own thread.
        signal.signal(signum, lambda *_: threading.Thread(target=server.shutdown).start())
    logging.getLogger("sandbox.stripe").info("listening on %s", settings.public_url)
    server.serve_forever(poll_interval=0.2)
    server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
