namespace Vigil.Cli.Diagnosis;

/// <summary>How a check of the doctor ended.</summary>
internal enum Health
{
    Ok,

    /// <summary>Works, but less safe or slower than it could be.</summary>
    Warning,

    /// <summary>Something that is needed is not there or does not work.</summary>
    Missing,
}

/// <summary>One check, how it ended, and what to do where it did not end well.</summary>
/// <param name="Package">The Debian package that brings what is missing.</param>
internal sealed record Finding(
    string Check,
    Health Health,
    string Found,
    string Advice = "",
    string? Package = null
);
