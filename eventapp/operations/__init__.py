"""For whoever runs the machine: is it alive, can it work, how much does it do, backup and restore."""
