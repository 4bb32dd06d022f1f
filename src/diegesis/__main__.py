"""``python -m diegesis`` is the command ``diegesis``."""

from diegesis.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
