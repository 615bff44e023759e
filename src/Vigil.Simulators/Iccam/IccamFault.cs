namespace Vigil.Simulators.Iccam;

/// <summary>How the simulated ICCAM fails a call.</summary>
public enum IccamFault
{
    None,

    /// <summary>Closes the connection; the call has no effect.</summary>
    LostBefore,

    /// <summary>The call has its effect, then the connection is closed without an answer.</summary>
    LostAfter,

    /// <summary>500 with a page; no effect.</summary>
    Error,

    /// <summary>503 with a page, after the effect.</summary>
    ErrorAfter,

    /// <summary>Answers rightly, after half a second.</summary>
    Slow,

    /// <summary>Takes the call and never answers; no effect.</summary>
    Hang,

    /// <summary>Has its effect; the JSON ends in the middle.</summary>
    Truncated,

    /// <summary>Has its effect; answers with JSON of another shape.</summary>
    WrongJson,

    /// <summary>401 with an empty body.</summary>
    Unauthorized,

    /// <summary>403: the account may not.</summary>
    Forbidden,

    /// <summary>302 to another place.</summary>
    Redirect,

    /// <summary>The token that was given ended meanwhile.</summary>
    TokenEnded,
}
