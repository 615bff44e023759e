using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip.Rules;

/// <summary>Goes through a document: what each member's declaration asks, then what its part's rules ask.</summary>
internal sealed class RuleWalk(RuleContext context, bool isDraft)
{
    public List<Finding> Findings { get; } = [];

    public void Visit(Shape shape, object part, string path)
    {
        var present = 0;
        foreach (var member in shape.Members)
        {
            var values = member.ValuesOf(part).ToList();
            present += values.Count > 0 ? 1 : 0;
            if (values.Count == 0)
            {
                CheckMissing(member, part, path);
                continue;
            }
            if (member.Wire.Since > context.Version)
            {
                Add(
                    member.PathOf(path, 0),
                    Rule.Version,
                    "The service's schema does not have this yet: leave it out, or fetch the newest schema."
                );
            }
            foreach (var (index, value) in values.Index())
            {
                VisitValue(member, value, member.PathOf(path, index));
            }
        }
        if (shape.IsChoice && present != 1)
        {
            Add(
                path,
                Rule.Choice,
                $"Give exactly one of: {string.Join(", ", shape.Elements.Select(e => e.Name))}."
            );
        }
        Findings.AddRange(PartRules.Of(part, path));
    }

    private void VisitValue(Member member, object value, string path)
    {
        if (member.Part is { } inner)
        {
            Visit(inner, value, path);
            return;
        }
        if (ValueRules.Problem(member.Wire, value, context.Now) is var (rule, message))
        {
            Add(path, rule, message);
        }
    }

    private void CheckMissing(Member member, object part, string path)
    {
        // Numbers that the service gives.
        var isGivenLater = isDraft && part is FileDetails && member.Name is "reportId" or "fileId";
        if (member.Wire.Required && !isGivenLater)
        {
            Add(
                member.IsList ? $"{path}/{member.Name}" : member.PathOf(path, 0),
                Rule.Required,
                "Is missing."
            );
        }
    }

    private void Add(string path, Rule rule, string message) =>
        Findings.Add(new Finding(path, rule, message));
}
