"""Questions with what answers them: reading, checking, converting, and where their evidence stands."""
