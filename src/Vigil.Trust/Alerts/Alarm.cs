namespace Vigil.Trust;

public enum AlarmSeverity
{
    /// <summary>Somebody looks at it today.</summary>
    Notice,

    /// <summary>Somebody is told at once.</summary>
    Urgent,

    /// <summary>Somebody is woken.</summary>
    Page,
}

/// <summary>
/// Something that a person must see to. One alarm of a code and object is open at a time and counted. Carries
/// no case facts.
/// </summary>
/// <param name="Code">Stable, as "database_frozen".</param>
/// <param name="Severity">How fast.</param>
/// <param name="Text">What is wrong and what to do, in one or two sentences.</param>
public sealed record Alarm(string Code, AlarmSeverity Severity, string Text)
{
    /// <summary>Which of several things it is about (a list's name, an endpoint's id); empty: there is one.</summary>
    public string About { get; init; } = "";
}
