"""Questions to a program that is starting: is it ready?

What to do when it is not is decided in ``processes``.
"""

import http.client


def answers_http(port: int, path: str, *, host: str = "localhost") -> bool:
    """True if the local server answers the path with 200 under that host name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
