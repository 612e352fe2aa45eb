"""Pictures of the control room, drawn from named scenes."""
