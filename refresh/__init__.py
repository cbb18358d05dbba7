"""Pull, inputs, build, publish under one lock: what the button, the schedule and the first start run."""
