"""Pure functions: values in, blocks out; named after what people see."""
