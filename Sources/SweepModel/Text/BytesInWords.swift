extension BinaryInteger {
    /// A number of bytes for people, in binary units: whole ones from 10 on, one decimal below, so that little is not nothing.
    package var bytesInWords: String {
        var (value, unit) = (self, 0)
        let units = ["B", "KiB", "MiB"]
        // In whole numbers: of the last unit what is beyond a tenth goes.
        var tenths = 0
        while value >= 1024, unit + 1 < units.count {
            tenths = Int(value % 1024) * 10 / 1024
            value /= 1024
            unit += 1
        }
        if unit == 0 { return Int(value).counted("byte") }
        return value < 10 && tenths > 0 ? "\(value).\(tenths) \(units[unit])" : "\(value) \(units[unit])"
    }
}
