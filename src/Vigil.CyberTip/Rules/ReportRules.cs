using Vigil.CyberTip.Rules;
using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>
/// The service's rules, those of its schema and those that only its documentation states, checked without a call. A
/// report without findings is not refused for its form.
/// </summary>
public static class ReportRules
{
    /// <summary>Checks a report, the details of a file as sent, or an answer.</summary>
    public static IReadOnlyList<Finding> Check(ReportPart root, RuleContext context)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(context);
        var name = ReportXml.Roots.FirstOrDefault(each => each.Value.Type == root.GetType()).Key;
        return Checked(root, name ?? root.GetType().Name, context, isDraft: false);
    }

    /// <summary>Checks a report together with what is to be said about its files.</summary>
    public static IReadOnlyList<Finding> Check(Draft draft, RuleContext context)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(context);
        var findings = new List<Finding>(Checked(draft.Report, "report", context, isDraft: true));
        foreach (var (index, details) in draft.FileDetails.Index())
        {
            findings.AddRange(Checked(details, FilePath(index), context, isDraft: true));
        }
        findings.AddRange(BatchRules.Files(draft));
        return findings;
    }

    /// <summary>All that is wrong with a document that was read: its form, and the rules.</summary>
    public static IReadOnlyList<Finding> Check(Reading<ReportPart> reading, RuleContext context)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return reading.Value is { } root ? Joined(reading.Findings, Check(root, context)) : reading.Findings;
    }

    /// <summary>All that is wrong with a draft that was read: its form, and the rules.</summary>
    public static IReadOnlyList<Finding> Check(Reading<Draft> reading, RuleContext context)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return reading.Value is { } draft
            ? Joined(reading.Findings, Check(draft, context))
            : reading.Findings;
    }

    /// <summary>What could not be read is not also called missing.</summary>
    private static IReadOnlyList<Finding> Joined(IReadOnlyList<Finding> form, IReadOnlyList<Finding> rules)
    {
        var told = form.Select(finding => finding.Path).ToHashSet(StringComparer.Ordinal);
        return [.. form, .. rules.Where(rule => rule.Rule != Rule.Required || !told.Contains(rule.Path))];
    }

    /// <summary>Where the details of a file stand in the findings of a draft.</summary>
    internal static string FilePath(int index) => $"fileDetails[{index + 1}]";

    private static List<Finding> Checked(ReportPart root, string path, RuleContext context, bool isDraft)
    {
        var walk = new RuleWalk(context, isDraft);
        walk.Visit(Shape.Of(root.GetType()), root, path);
        return walk.Findings;
    }
}
