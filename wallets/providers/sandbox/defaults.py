"""What the sandbox checkout and the portal agree on where the environment says nothing. Public, and so fit
only for money that does not exist."""

PORT = 8010
KEY = "sandbox-checkout-key"
SECRET = "whsec_c2FuZGJveC1jaGVja291dC13ZWJob29rcw=="  # noqa: S105
