namespace Vigil.Trust;

/// <summary>What an actor may do. Every endpoint and every database call of a feature names one.</summary>
public enum Permission
{
    /// <summary>Submit content or hashes for a decision.</summary>
    ScanSubmit,

    /// <summary>Hand in a user's flag.</summary>
    FlagSubmit,

    /// <summary>See a case's reference, state and outcome; what a platform's server may see.</summary>
    CaseStatus,

    /// <summary>See a case whole, as reviewers do.</summary>
    CaseRead,

    /// <summary>Decide about a case, open one by hand.</summary>
    CaseDecide,

    /// <summary>Give cases to others, take them from somebody, order the queues.</summary>
    CaseAssign,

    /// <summary>Grade an item in facts; give a second opinion.</summary>
    CaseGrade,

    /// <summary>Decide about an appeal against an action; never by who took it.</summary>
    AppealDecide,

    /// <summary>Bring contents into a case, to be sealed under a hold.</summary>
    ContentBring,

    /// <summary>See blurred, small, grey renditions of a case's contents, made on the server.</summary>
    ContentRender,

    /// <summary>See contents whole and unblurred, hear a video; each time for a reason, on record.</summary>
    ContentReveal,

    /// <summary>See where a content was made: GPS and other places in its metadata; left out for all others.</summary>
    ContentPlace,

    /// <summary>Release contents to an authority entitled to them.</summary>
    ContentExport,

    /// <summary>See what is held, why and until when; never contents.</summary>
    HoldRead,

    /// <summary>Place and lift holds; destroy what is due, and early with a second person.</summary>
    HoldManage,

    /// <summary>Approve and file a report.</summary>
    ReportFile,

    /// <summary>See reports whole, with what they say of persons, and where they stand.</summary>
    ReportRead,

    /// <summary>
    /// Take in what authorities ask for, call them back, set its scope and holds, ask for a release; a release itself
    /// takes a second person who may let contents out.
    /// </summary>
    LegalManage,

    /// <summary>Hand in a notice from outside, or what its sender says afterwards.</summary>
    NoticeSubmit,

    /// <summary>Write sample cases and gold answers, qualify people, read agreement.</summary>
    TrainingManage,

    /// <summary>Set exposure limits, breaks and quiet hours; see limits reached, never who saw what.</summary>
    WellnessManage,

    /// <summary>See lists and counts of entries, never their values.</summary>
    ListRead,

    /// <summary>Create and describe lists, add and withdraw entries.</summary>
    ListWrite,

    /// <summary>Take list values out: the most sensitive read there is.</summary>
    ListExport,

    /// <summary>See why a decision fell: lists, distances, rules.</summary>
    DecisionRead,

    /// <summary>See what history is kept, and how hunts of it go; no content, no case.</summary>
    HistoryRead,

    /// <summary>Turn the history on and off.</summary>
    HistoryManage,

    /// <summary>Erase a content's or an account's part of the history, as who is concerned may ask.</summary>
    HistoryErase,

    /// <summary>Start, pause and cancel hunts of the history.</summary>
    HuntRun,

    PolicyRead,
    PolicyWrite,
    WebhookManage,
    OutboxManage,
    AlertRead,
    AlertManage,
    KeyManage,
    PeopleManage,
    SettingsRead,
    SettingsWrite,

    /// <summary>Read the ledger.</summary>
    LedgerRead,

    /// <summary>Keep one's own sign-in: passkeys, password, sessions. Every person has it, no key needs it.</summary>
    OwnAccount,
}
