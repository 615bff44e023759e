using System.Collections.Concurrent;
using System.Reflection;

namespace Vigil.CyberTip.Shapes;

/// <summary>
/// How a part is written: its members in order. Read from the types once, so that writer, reader and rules cannot
/// differ from each other.
/// </summary>
internal sealed class Shape
{
    private static readonly ConcurrentDictionary<Type, Shape> Known = new();

    private readonly Dictionary<string, Member> _elements;
    private readonly Dictionary<string, Member> _attributes;

    private Shape(Type type)
    {
        Type = type;
        IsAnyOrder = type.GetCustomAttribute<AnyOrderAttribute>() is not null;
        IsChoice = type.GetCustomAttribute<ChoiceAttribute>() is not null;
        Members =
        [
            .. type.GetProperties()
                .Select(property => (property, wire: property.GetCustomAttribute<WireAttribute>()))
                .Where(each => each.wire is not null)
                .OrderBy(each => each.wire!.Order)
                .Select(each => new Member(each.property, each.wire!)),
        ];
        Text = Members.FirstOrDefault(member => member.Wire.IsText);
        Attributes = [.. Members.Where(member => member.Wire.IsAttribute)];
        Elements = [.. Members.Where(member => !member.Wire.IsAttribute && !member.Wire.IsText)];
        _elements = Elements.ToDictionary(member => member.Name);
        _attributes = Attributes.ToDictionary(member => member.Name);
    }

    public Type Type { get; }

    public IReadOnlyList<Member> Members { get; }

    public IReadOnlyList<Member> Attributes { get; }

    public IReadOnlyList<Member> Elements { get; }

    public Member? Text { get; }

    public bool IsAnyOrder { get; }

    public bool IsChoice { get; }

    public static Shape Of(Type type) => Known.GetOrAdd(type, static each => new Shape(each));

    public Member? Element(string name) => _elements.GetValueOrDefault(name);

    public Member? Attribute(string name) => _attributes.GetValueOrDefault(name);

    public int IndexOf(Member element)
    {
        for (var index = 0; index < Elements.Count; index++)
        {
            if (Elements[index] == element)
            {
                return index;
            }
        }
        return -1;
    }
}
