using System.Reflection;

namespace Vigil.CyberTip.Shapes;

/// <summary>One element or attribute of a part.</summary>
internal sealed class Member
{
    public Member(PropertyInfo property, WireAttribute wire)
    {
        Property = property;
        Wire = wire;
        Name = wire.Name ?? char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
        var type = property.PropertyType;
        IsList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>);
        IsFlag = type == typeof(bool);
        ItemType = IsList ? type.GetGenericArguments()[0] : Nullable.GetUnderlyingType(type) ?? type;
        Part = ItemType.IsSubclassOf(typeof(ReportPart)) ? Shape.Of(ItemType) : null;
    }

    public PropertyInfo Property { get; }

    public WireAttribute Wire { get; }

    public string Name { get; }

    public bool IsList { get; }

    /// <summary>An element that can only say true (xs:boolean fixed="true").</summary>
    public bool IsFlag { get; }

    /// <summary>Type of one value.</summary>
    public Type ItemType { get; }

    /// <summary>Null: the values are simple.</summary>
    public Shape? Part { get; }

    /// <summary>The values that are there; none for a flag that is not set and an enumeration without value.</summary>
    public IEnumerable<object> ValuesOf(object part)
    {
        var value = Property.GetValue(part);
        return value switch
        {
            null or false when value is null || IsFlag => [],
            Enum number when Convert.ToInt32(number) == 0 => [],
            System.Collections.IEnumerable list when IsList => list.Cast<object>(),
            _ => [value!],
        };
    }

    /// <summary>Where a value stands: repeated elements are counted from 1.</summary>
    public string PathOf(string parent, int index) =>
        Wire.IsText ? parent
        : Wire.IsAttribute ? $"{parent}/@{Name}"
        : IsList ? $"{parent}/{Name}[{index + 1}]"
        : $"{parent}/{Name}";
}
