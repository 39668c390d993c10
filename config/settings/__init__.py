"""Django's settings, one file a topic. Every variable that an operator may set is in `env.py`.

Not here: behaviour by environment name. What differs between demo and production is a variable.
"""

from config.settings.api import *
from config.settings.apps import *
from config.settings.auth import *
from config.settings.files import *
from config.settings.logs import *
from config.settings.mail import *
from config.settings.media import *
from config.settings.moderation import *
from config.settings.payments import *
from config.settings.room import *
from config.settings.security import *
from config.settings.stores import *
from config.settings.tasks import *
from config.settings.web import *
