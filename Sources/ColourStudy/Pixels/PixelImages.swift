/// Images of one size, eight bits a channel.
package struct PixelImages: Sendable {
    package let count: Int
    package let height: Int
    package let width: Int
    /// count x height x width x 3, red first.
    package let bytes: [UInt8]

    package init(count: Int, height: Int, width: Int, bytes: [UInt8]) {
        precondition(bytes.count == count * height * width * 3, "three channels a pixel")
        self.count = count
        self.height = height
        self.width = width
        self.bytes = bytes
    }

    /// The cell of every pixel.
    func cells(_ grid: ColourGrid) -> [UInt16] {
        (0..<(count * height * width)).map { pixel in
            UInt16(grid.cell(bytes[3 * pixel], bytes[3 * pixel + 1], bytes[3 * pixel + 2]))
        }
    }
}
