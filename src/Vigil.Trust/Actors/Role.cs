namespace Vigil.Trust;

/// <summary>What a person is here; the trust version adds more.</summary>
public enum Role
{
    Admin,
    PlatformEngineer,
    ListSteward,
    Reviewer,
    Auditor,
}

/// <summary>What an API key is for.</summary>
public enum Scope
{
    /// <summary>A platform's server: scan, flag, follow a case.</summary>
    Scan,

    /// <summary>Keeps lists.</summary>
    Lists,

    /// <summary>Keeps lists and sees distances, entries and values.</summary>
    Steward,

    /// <summary>Reads and decides cases.</summary>
    Cases,

    /// <summary>Everything that a program may do.</summary>
    Admin,
}
