namespace Vigil.CyberTip;

/// <summary>How much is read of a document that somebody else wrote.</summary>
public sealed record DocumentLimits
{
    /// <summary>For reports and details.</summary>
    /// <value>16 MiB, 50 levels, 200,000 elements and attributes, 1,000 findings.</value>
    public static DocumentLimits Default { get; } = new();

    /// <summary>For answers of the service.</summary>
    /// <value>1 MiB.</value>
    public static DocumentLimits Answer { get; } = new() { MaxBytes = 1024 * 1024 };

    /// <summary>Most bytes.</summary>
    public int MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most levels of elements.</summary>
    public int MaxDepth { get; init; } = 50;

    /// <summary>Most elements and attributes.</summary>
    public int MaxNodes { get; init; } = 200_000;

    /// <summary>After so many, reading ends: nobody reads more.</summary>
    public int MaxFindings { get; init; } = 1000;
}
