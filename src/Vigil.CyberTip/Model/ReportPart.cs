namespace Vigil.CyberTip;

/// <summary>
/// A part of a report. Its text is the name of its type only: reports hold personal data and hash values, and those
/// belong in no log.
/// </summary>
public abstract record ReportPart
{
    /// <summary>The name of the type, no contents.</summary>
    public sealed override string ToString() => GetType().Name;
}
