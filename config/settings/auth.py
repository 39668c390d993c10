"""Who signs in: the platform's people, by e-mail and password or passkey, through allauth.

Not here: shoppers. They belong to a brand and sign in by a code (checkout).
"""

from config.settings.env import ENVIRONMENT, IS_PRODUCTION

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if ENVIRONMENT == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
# A mail to strangers would ask them to sign up where nobody can.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "tenants.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "tenants.sign_in_forms.LoginForm",
    "reset_password": "tenants.sign_in_forms.ResetPasswordForm",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_PRODUCTION else "http"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/studio/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

# Host-only everywhere: a cookie of one brand never reaches another.
SESSION_COOKIE_NAME = "__Host-vt_staff" if IS_PRODUCTION else "vt_staff"
CSRF_COOKIE_NAME = "__Host-vt_csrf" if IS_PRODUCTION else "vt_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
