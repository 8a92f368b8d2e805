"""The defect bench: how small a defect may be and still be found, and how often health is called a defect."""
