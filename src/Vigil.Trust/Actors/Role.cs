namespace Vigil.Trust;

/// <summary>What a person is here; somebody may be several.</summary>
public enum Role
{
    Admin,
    PlatformEngineer,
    ListSteward,
    Reviewer,

    /// <summary>Works for another company, under a supervisor of its own, inside fences.</summary>
    VendorReviewer,
    SeniorReviewer,
    FilingOfficer,
    HotlineAnalyst,
    Investigator,

    /// <summary>Keeps what is held.</summary>
    Custodian,
    WellnessLead,
    PrivacyOfficer,
    Auditor,

    /// <summary>Answers alarms, sees no case.</summary>
    OnCall,
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

    /// <summary>Hands in notices of hotlines and authorities, and says whether content was removed.</summary>
    Notices,

    /// <summary>Everything that a program may do.</summary>
    Admin,
}
