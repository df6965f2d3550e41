internal import ColourStudy
internal import Figures

/// Part 2: three views of each cloud.
enum CloudSection {
    private static let axes = ["lightness L*", "green to red a*", "blue to yellow b*"]

    static func section(_ study: ColourStudy, _ files: inout ReportFiles) -> HTMLPage.Section {
        var blocks: [HTMLPage.Block] = [
            .paragraph(
                "Every point is a colour, drawn in itself. Of the images' colours and of the words' the first drawing shows where people see them "
                    + "(CIELAB); those below it where a map of the distances puts them, after the scaling, rotation and translation that bring it closest. A thin line "
                    + "leads to each point from where it belongs: short lines are agreement. A map and its mirror image have the same "
                    + "distances, so both are tried.")
        ]
        var seen: [[SRGB]] = []
        for named in study.clouds {
            let cloud = named.cloud
            if !seen.contains(cloud.colours) {
                seen.append(cloud.colours)
                blocks.append(.heading("The colours of \(named.name == "images" ? "the images" : "the words")"))
                blocks.append(.figure(perception(cloud, named.name == "images" ? "images" : "words", &files)))
            }
            blocks.append(.figure(map(named, &files)))
        }
        return HTMLPage.Section("Three views of each cloud", blocks)
    }

    private static func perception(
        _ cloud: ColourStudy.Cloud, _ what: String, _ files: inout ReportFiles
    ) -> PageFigure {
        let points = cloud.names.indices.map {
            CloudChart.Point(
                place: cloud.perception[$0].point, colour: ColourText.colour(cloud.colours[$0]), name: cloud.names[$0])
        }
        let chart = CloudChart(
            ChartText(
                "What people see: CIELAB of the colours of the \(what)",
                subtitle: "\(points.count) colours, D65, 2° observer"),
            axes: axes, points: points)
        return files.add(
            chart.figure(), ["perception", what],
            caption: "CIELAB of the \(points.count) colours of the \(what). No map: these are the places themselves.",
            numbers: .own)
    }

    private static func map(_ named: NamedCloud, _ files: inout ReportFiles) -> PageFigure {
        let cloud = named.cloud
        let points = cloud.names.indices.map {
            CloudChart.Point(
                place: cloud.alignment.points[$0], target: cloud.perception[$0].point,
                colour: ColourText.colour(cloud.colours[$0]), name: cloud.names[$0])
        }
        let chart = CloudChart(
            ChartText(
                "\(named.name): map of the distances, brought onto CIELAB",
                subtitle: "stress-1 \(ColourText.number(cloud.scaling.stress, decimals: 3)), residual "
                    + "\(ColourText.number(cloud.alignment.residual, decimals: 3))"),
            axes: axes, points: points)
        let spread = (cloud.scaling.stresses.min() ?? 0, cloud.scaling.stresses.max() ?? 0)
        return files.add(
            chart.figure(), ["map", named.name],
            caption:
                "\(named.name): the best of \(ReportText.count(cloud.scaling.stresses.count, "fit")) has stress-1 "
                + "\(ColourText.number(spread.0, decimals: 3)), the worst \(ColourText.number(spread.1, decimals: 3)). The alignment leaves "
                + "\(ReportText.percent(cloud.alignment.residual)) of CIELAB's variation (root mean square "
                + "\(ColourText.number(cloud.alignment.rootMeanSquare, decimals: 1)) ΔE); it is of the "
                + "\(cloud.alignment.isReflected ? "mirrored map" : "map as it is"), and the other way leaves "
                + "\(ReportText.percent(cloud.alignment.otherResidual)).")
    }
}
