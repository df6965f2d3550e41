/// What a reader of a page may choose to see alone, such as one metric of many, or the models of one family.
///
/// Figures and blocks say of which topic they are; what is of none stays. Without scripts, and on paper, all is there.
package struct PageChoices: Sendable {
    /// One of the topics, such as a metric with its k.
    package struct Topic: Hashable, Sendable {
        package var name: String
        /// A parameter, such as "k = 10"; nil of a topic that has none, or of what is about all of them.
        package var setting: String?

        package init(_ name: String, setting: String? = nil) {
            self.name = name
            self.setting = setting
        }

        /// For the element that is about the topic, with a blank in front.
        var attributes: String {
            " data-topic=\"\(Escaping.markup(name))\""
                + (setting.map { " data-setting=\"\(Escaping.markup($0))\"" } ?? "")
        }
    }

    /// Things that belong together, such as the models of a family.
    package struct Group: Sendable {
        package var name: String
        package var members: [String]

        package init(_ name: String, members: [String]) {
            self.name = name
            self.members = members
        }
    }

    /// What topics are, such as "metric"; columns of tables that are called so say which topic a row is about.
    package var topicTitle: String
    /// With the names that tables have for them.
    package var topics: [(id: String, topic: Topic)]
    /// What groups are, such as "family".
    package var groupTitle: String
    package var groups: [Group]
    /// What figures are about, such as "model", and its names: any of them can be marked.
    package var subjectTitle: String
    package var subjects: [String]

    package init(
        topicTitle: String, topics: [(id: String, topic: Topic)], groupTitle: String = "", groups: [Group] = [],
        subjectTitle: String = "", subjects: [String] = []
    ) {
        self.topicTitle = topicTitle
        self.topics = topics
        self.groupTitle = groupTitle
        self.groups = groups
        self.subjectTitle = subjectTitle
        self.subjects = subjects
    }

    /// For the page's script.
    var json: String {
        func text(_ text: String) -> JSONValue { .string(Escaping.visible(text)) }
        let topics = topics.map { entry -> JSONValue in
            [text(entry.id), text(entry.topic.name), entry.topic.setting.map(text) ?? ""]
        }
        let groups = groups.map { [text($0.name), .array($0.members.map(text))] as JSONValue }
        let value: JSONValue = [
            "topicTitle": text(topicTitle), "topics": .array(topics), "groupTitle": text(groupTitle),
            "groups": .array(groups), "subjectTitle": text(subjectTitle), "subjects": .array(subjects.map(text)),
        ]
        return value.text(depth: 0)
    }
}
