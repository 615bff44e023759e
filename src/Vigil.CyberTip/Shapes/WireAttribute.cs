using System.Runtime.CompilerServices;

namespace Vigil.CyberTip.Shapes;

/// <summary>Where a member stands in the document, and what its values must be.</summary>
/// <param name="order">Members follow each other in the document as they do in the source.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WireAttribute([CallerLineNumber] int order = 0) : Attribute
{
    public int Order => order;

    /// <summary>Default: the member's name, its first letter small.</summary>
    public string? Name { get; init; }

    public bool IsAttribute { get; init; }

    /// <summary>The element's own text.</summary>
    public bool IsText { get; init; }

    public bool Required { get; init; }

    /// <summary>Most characters; 0: no limit is stated.</summary>
    public int MaxLength { get; init; }

    public bool NotBlank { get; init; }

    /// <summary>The time or date may not lie in the future.</summary>
    public bool Past { get; init; }

    public double Min { get; init; } = double.NegativeInfinity;

    public double Max { get; init; } = double.PositiveInfinity;

    public TextForm Form { get; init; }

    public SchemaVersion Since { get; init; } = SchemaVersion.V2025;
}

/// <summary>Children may come in any order (xs:all).</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AnyOrderAttribute : Attribute;

/// <summary>Exactly one child (xs:choice).</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ChoiceAttribute : Attribute;

/// <summary>The value on the wire, where it is not the name.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class WireValueAttribute(string value) : Attribute
{
    public string Value => value;
}

/// <summary>What a text must look like.</summary>
internal enum TextForm
{
    Any,
    Url,
    Email,
    IpAddress,
    UsState,
    Country,
    CallingCode,
    Digits,

    /// <summary>Number of a report: above zero.</summary>
    ReportId,
}
