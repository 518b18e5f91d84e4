"""What a learner probably knows: one calibrated chance per concept, across sessions. It never decides what is taught."""
