"""Who carries parcels, and where each says how far one is.

Not here: parcels (models/shipment.py). A carrier that is not listed is written as it is called.
"""

from urllib.parse import quote

# By name; `{}` is the parcel's number.
CARRIERS = {
    "DHL": "https://www.dhl.com/en/express/tracking.html?AWB={}",
    "DPD": "https://tracking.dpd.de/status/en_US/parcel/{}",
    "GLS": "https://gls-group.com/track/{}",
    "UPS": "https://www.ups.com/track?tracknum={}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={}",
    "La Poste": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
    "PostNL": "https://postnl.nl/tracktrace/?B={}",
    "PostNord": "https://tracking.postnord.com/en/tracking?id={}",
    "Royal Mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
}


def tracking_url(carrier: str, number: str) -> str:
    """Where to look for a parcel; empty when nobody knows."""
    template = CARRIERS.get(carrier, "")
    return template.format(quote(number, safe="")) if template and number else ""
