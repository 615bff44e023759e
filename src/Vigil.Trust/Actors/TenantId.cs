using System.Text.RegularExpressions;

namespace Vigil.Trust;

/// <summary>A tenant's name: 1 to 64 of a-z, 0-9, '-', '_', '.'; not "." or "..". In every key, row and path.</summary>
public readonly partial record struct TenantId
{
    /// <summary>The tenant of installations that have one.</summary>
    public static readonly TenantId Default = new(Files.KeyRing.DefaultTenant);

    /// <exception cref="ArgumentException">Another name.</exception>
    public TenantId(string value)
    {
        Value = IsName(value)
            ? value
            : throw new ArgumentException(
                "A tenant's name is 1 to 64 of a-z, 0-9, '-', '_', '.', and not '.' or '..'.",
                nameof(value)
            );
    }

    public string Value { get; }

    /// <summary>Whether it could be a tenant's name.</summary>
    public static bool IsName(string value) =>
        // The two are folders that there are already, wherever a tenant has one of its own.
        Name().IsMatch(value) && value is not ("." or "..");

    public override string ToString() => Value;

    [GeneratedRegex(@"^[a-z0-9._-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
