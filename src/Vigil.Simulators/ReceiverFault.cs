namespace Vigil.Simulators;

/// <summary>How a receiver fails.</summary>
public enum ReceiverFault
{
    None,

    /// <summary>500.</summary>
    Error,

    /// <summary>503 with Retry-After.</summary>
    Busy,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>410.</summary>
    Gone,

    /// <summary>401.</summary>
    Unauthorized,

    /// <summary>307 to another place of its own, which counts who comes there.</summary>
    Redirect,

    /// <summary>Takes the request and never answers.</summary>
    Hang,

    /// <summary>Answers well after half a second.</summary>
    Slow,

    /// <summary>Closes the connection without an answer.</summary>
    Reset,

    /// <summary>Answers with what is no HTTP.</summary>
    Garbage,

    /// <summary>200 and a body without end.</summary>
    Huge,

    /// <summary>200 and a body that comes one byte a second.</summary>
    Drip,

    /// <summary>200, wrong content type and length header of a page that is cut off.</summary>
    WrongContent,

    /// <summary>Headers without end.</summary>
    HugeHeaders,

    /// <summary>Every second request gets 500.</summary>
    Flapping,
}
