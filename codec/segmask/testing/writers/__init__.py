"""Writers of anything a PNG or a zip can hold, sound or broken."""
