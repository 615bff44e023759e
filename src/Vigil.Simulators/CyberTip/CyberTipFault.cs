namespace Vigil.Simulators.CyberTip;

/// <summary>How the simulated CyberTipline fails a call.</summary>
public enum CyberTipFault
{
    None,

    /// <summary>Closes the connection; the call has no effect.</summary>
    LostBefore,

    /// <summary>The call has its effect, then the connection is closed without an answer.</summary>
    LostAfter,

    /// <summary>HTTP 500 with a page; no effect.</summary>
    Error,

    /// <summary>HTTP 503 with a page, after the effect.</summary>
    ErrorAfter,

    /// <summary>Code 1000 in XML; no effect.</summary>
    ServerCode,

    /// <summary>Code 1000 in XML, after the effect.</summary>
    ServerCodeAfter,

    /// <summary>Answers rightly, after half a second.</summary>
    Slow,

    /// <summary>Takes the call and never answers; no effect.</summary>
    Hang,

    /// <summary>Has its effect; the XML ends in the middle.</summary>
    Truncated,

    /// <summary>Has its effect; the connection ends before the length that was announced.</summary>
    CutOff,

    /// <summary>An upload is answered with another MD5.</summary>
    WrongMd5,

    /// <summary>401 with an empty body.</summary>
    Unauthorized,

    /// <summary>302 to another place.</summary>
    Redirect,

    /// <summary>The answer is in ISO-8859-1, with letters beyond ASCII.</summary>
    Latin1,

    /// <summary>An answer without end; no effect.</summary>
    Huge,

    /// <summary>Answers with a DTD whose entities multiply; no effect.</summary>
    Dtd,
}
