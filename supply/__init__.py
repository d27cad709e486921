"""What comes from others: what pip is asked for, a bill of what came, and a look into a database of known faults. No
part of the wheel."""
