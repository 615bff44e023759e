using System.Reflection;
using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip.Documents;

/// <summary>
/// Makes parts of a tree. What does not fit is told with its path and left out; the rest is still read, so that
/// all that is wrong is shown at once.
/// </summary>
internal sealed class Binder(bool isJson, DocumentLimits limits)
{
    private readonly List<Finding> _findings = [];

    public IReadOnlyList<Finding> Findings => _findings;

    public object Bind(Shape shape, Node node, string path)
    {
        var part = Activator.CreateInstance(shape.Type, nonPublic: true)!;
        var values = new Dictionary<Member, List<object>>();
        BindAttributes(shape, node, path, values);
        BindElements(shape, node, path, values);
        BindText(shape, node, path, values);
        foreach (var (member, items) in values)
        {
            member.Property.SetValue(part, member.IsList ? ListOf(member.ItemType, items) : items[0]);
        }
        return part;
    }

    public void Report(string path, Rule rule, string message)
    {
        if (_findings.Count < limits.MaxFindings)
        {
            _findings.Add(new Finding(path, rule, message));
        }
    }

    private void BindAttributes(Shape shape, Node node, string path, Dictionary<Member, List<object>> values)
    {
        foreach (var (name, text) in node.Attributes)
        {
            if (shape.Attribute(name) is { } member)
            {
                AddSimple(member, text, member.PathOf(path, 0), values);
            }
            else
            {
                Report($"{path}/@{Shown(name)}", Rule.Unknown, "No such attribute stands here: remove it.");
            }
        }
    }

    private void BindElements(Shape shape, Node node, string path, Dictionary<Member, List<object>> values)
    {
        var last = -1;
        foreach (var child in node.Children)
        {
            if (isJson && MemberInJson(shape, child, path, values))
            {
                continue;
            }
            if (shape.Element(child.Name) is not { } member)
            {
                Report(
                    $"{path}/{Shown(child.Name)}",
                    Rule.Unknown,
                    "No such element stands here: remove it."
                );
                continue;
            }
            var place = member.PathOf(path, values.GetValueOrDefault(member)?.Count ?? 0);
            var index = shape.IndexOf(member);
            if (index < last && !isJson && !shape.IsAnyOrder)
            {
                Report(place, Rule.Order, $"Must stand before '{shape.Elements[last].Name}'.");
            }
            last = Math.Max(last, index);
            if (values.ContainsKey(member) && !member.IsList)
            {
                Report(place, Rule.Repeated, "May stand once only.");
                continue;
            }
            AddElement(member, child, place, values);
        }
    }

    private void AddElement(Member member, Node child, string place, Dictionary<Member, List<object>> values)
    {
        if (member.Part is { } part)
        {
            Add(values, member, Bind(part, child, place));
            return;
        }
        foreach (var inner in child.Children)
        {
            Report(
                $"{place}/{Shown(inner.Name)}",
                Rule.Unknown,
                "No element stands within this one: remove it."
            );
        }
        foreach (var (name, _) in child.Attributes)
        {
            Report($"{place}/@{Shown(name)}", Rule.Unknown, "No such attribute stands here: remove it.");
        }
        AddSimple(member, child.Text, place, values);
    }

    /// <summary>JSON has no attributes: they, and the text beside them, are members like the others.</summary>
    private bool MemberInJson(Shape shape, Node child, string path, Dictionary<Member, List<object>> values)
    {
        var member =
            shape.Attribute(child.Name)
            ?? (shape.Text is not null && child.Name == JsonTree.TextName ? shape.Text : null);
        if (member is null)
        {
            return false;
        }
        if (values.ContainsKey(member))
        {
            Report(member.PathOf(path, 0), Rule.Repeated, "May stand once only.");
            return true;
        }
        AddSimple(member, child.Text, member.PathOf(path, 0), values);
        return true;
    }

    private void BindText(Shape shape, Node node, string path, Dictionary<Member, List<object>> values)
    {
        if (shape.Text is { } member)
        {
            if (!values.ContainsKey(member))
            {
                AddSimple(member, node.Text, path, values);
            }
        }
        else if (!string.IsNullOrWhiteSpace(node.Text))
        {
            Report(path, Rule.Unknown, "Only elements stand here, no text: remove it.");
        }
    }

    private void AddSimple(Member member, string text, string path, Dictionary<Member, List<object>> values)
    {
        if (member.IsFlag)
        {
            AddFlag(member, text, path, values);
            return;
        }
        if (SimpleValues.Read(member.ItemType, text, isJson) is { } value)
        {
            Add(values, member, value);
            if (value is DateTimeOffset && SimpleValues.LacksZone(text))
            {
                Report(
                    path,
                    Rule.Zone,
                    "The time needs its zone: end it with Z or an offset such as -05:00."
                );
            }
            return;
        }
        Report(path, Rule.Value, Expected(member.ItemType));
    }

    /// <summary>The schema fixes these to true; an empty element has that value.</summary>
    private void AddFlag(Member member, string text, string path, Dictionary<Member, List<object>> values)
    {
        var value = text.Length == 0 ? true : SimpleValues.Read(typeof(bool), text, isJson);
        if (value is true)
        {
            Add(values, member, true);
        }
        else if (value is null || !isJson)
        {
            Report(path, Rule.Flag, "Can only say true: leave it out where it is not so.");
        }
    }

    private static void Add(Dictionary<Member, List<object>> values, Member member, object value)
    {
        if (!values.TryGetValue(member, out var items))
        {
            values.Add(member, items = []);
        }
        items.Add(value);
    }

    private static string Expected(Type type) =>
        type.IsEnum ? $"Must be one of: {string.Join("; ", EnumWords.Of(type).Words)}."
        : type == typeof(bool) ? "Must be true or false."
        : type == typeof(DateTimeOffset) ? "Must be a time such as 2026-01-31T12:00:00Z."
        : type == typeof(DateOnly) ? "Must be a date such as 2026-01-31."
        : type == typeof(double) ? "Must be a number."
        : "Must be a whole number.";

    /// <summary>Names come from strangers: what stands in a path is short and of plain characters.</summary>
    private static string Shown(string name)
    {
        var plain = name.Where(c => char.IsAsciiLetterOrDigit(c) || "_-.:/{}".Contains(c)).Take(60).ToArray();
        return new string(plain);
    }

    private static object ListOf(Type type, List<object> items) =>
        typeof(Binder)
            .GetMethod(nameof(Make), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type)
            .Invoke(null, [items])!;

    private static ValueList<T> Make<T>(List<object> items) => [.. items.Cast<T>()];
}
