/// A text of a drawing and the box that it takes, for whoever checks that nothing overlaps or leaves the drawing.
package struct PlacedLabel: Sendable, Hashable {
    /// What the text is for.
    package enum Role: Sendable, Hashable { case title, axisTitle, tick, category, legend, point, cell, caption }

    package let role: Role
    package let text: String
    package let box: PlotBox
    package let fontSize: Double
    package let colour: Colour
    /// The colour that the text stands on.
    package let background: Colour
}
