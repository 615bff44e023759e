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
