"""`python -m qadam` is `qadam`."""

from qadam.cli import main

if __name__ == "__main__":
    main()
