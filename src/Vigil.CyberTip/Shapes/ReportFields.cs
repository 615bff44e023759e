using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>One element or attribute of the model.</summary>
/// <param name="Path">
/// As <c>report/victim/deviceId/idType</c>; attributes with an at sign. An element's text stands under its own path.
/// </param>
/// <param name="IsRequired">Where the part that it stands in is there.</param>
/// <param name="IsList">It may stand several times.</param>
/// <param name="Since">The schema that has it first.</param>
public sealed record ReportField(string Path, bool IsRequired, bool IsList, SchemaVersion Since);

/// <summary>All that a report and the details of its files can say: for tables of what is supplied.</summary>
public static class ReportFields
{
    /// <summary>In the order of the document: those of the report, then those of a file.</summary>
    public static IReadOnlyList<ReportField> All { get; } =
    [
        .. Of("report", Shape.Of(typeof(Report)), SchemaVersion.V2025),
        .. Of("fileDetails", Shape.Of(typeof(FileDetails)), SchemaVersion.V2025),
    ];

    private static IEnumerable<ReportField> Of(string path, Shape shape, SchemaVersion since) =>
        from member in shape.Members
        where !member.Wire.IsText
        let place = $"{path}/{(member.Wire.IsAttribute ? "@" : "")}{member.Name}"
        let first = member.Wire.Since > since ? member.Wire.Since : since
        let itself = new ReportField(place, member.Wire.Required, member.IsList, first)
        from field in member.Part is { } part ? Of(place, part, first).Prepend(itself) : [itself]
        select field;
}
