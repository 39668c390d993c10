"""What the platform's home page promises, with the key under which a benchmark prints its result.

Not here: results. A claim that was never measured on this machine shows no number.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    key: str
    what: str
    how: str
    goal: str


CLAIMS = (
    Claim("race.oversold", "Units sold twice", "1,000 buyers within one second, 50 units, processes killed", "0"),
    Claim("hold.p99", "Decision for the last unit", "99 of 100 buyers know within", "100 ms"),
    Claim("delay.glass", "Camera to viewer", "Low-latency HLS, at home bandwidth", "5 s or less"),
    Claim("delay.pin", "Pin to picture", "The card appears on the frame where the host says it", "0.5 s"),
    Claim("room.p95", "Event to 2,000 viewers", "One small server, 95 of 100 arrive within", "300 ms"),
    Claim("bundle.live", "Script before play", "Compressed, player left out where the browser has one", "40 kB"),
    Claim("axe.total", "Accessibility findings", "Every page, light and dark", "0"),
)
