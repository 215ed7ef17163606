SITENAME = "Old Clocks"
