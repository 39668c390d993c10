"""Django's settings, one file a topic. Every variable that an operator may set is in `env.py`.

Not here: behaviour by environment name. What differs between demo and production is a variable.
"""

from config.settings.api import *  # noqa: F403
from config.settings.apps import *  # noqa: F403
from config.settings.auth import *  # noqa: F403
from config.settings.files import *  # noqa: F403
from config.settings.logs import *  # noqa: F403
from config.settings.mail import *  # noqa: F403
from config.settings.media import *  # noqa: F403
from config.settings.payments import *  # noqa: F403
from config.settings.security import *  # noqa: F403
from config.settings.stores import *  # noqa: F403
from config.settings.tasks import *  # noqa: F403
from config.settings.web import *  # noqa: F403
