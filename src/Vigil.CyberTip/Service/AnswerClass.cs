namespace Vigil.CyberTip.Service;

/// <summary>A call of the service.</summary>
public enum ServiceCall
{
    /// <summary>Whether service and credentials work. Says nothing of a report.</summary>
    Status = 1,

    /// <summary>Fetches the schema.</summary>
    Xsd,

    /// <summary>Opens a report.</summary>
    Submit,

    /// <summary>Adds a file.</summary>
    Upload,

    /// <summary>Adds the details of a file, once.</summary>
    FileInfo,

    /// <summary>Files the report; nothing can be changed after it.</summary>
    Finish,

    /// <summary>Takes an unfinished report back.</summary>
    Retract,
}

/// <summary>What an answer means for the caller.</summary>
public enum AnswerClass
{
    /// <summary>Done.</summary>
    Done = 1,

    /// <summary>No answer that can be used came: whether the call had its effect is unknown.</summary>
    Lost,

    /// <summary>The service says that it failed (1000 and following); the effect is unsure.</summary>
    ServerSide,

    /// <summary>Credentials, or what they permit (2000, 3000 and following): a person must act.</summary>
    Credentials,

    /// <summary>The address is wrong, or the call is redirected (1210, HTTP 3xx, 404): a person must act.</summary>
    Operator,

    /// <summary>The document was refused (4000 and following): never send it again as it is.</summary>
    Refused,

    /// <summary>5001: no such report.</summary>
    NoSuchReport,

    /// <summary>5002: no such file.</summary>
    NoSuchFile,

    /// <summary>5101: the report was retracted before.</summary>
    AlreadyRetracted,

    /// <summary>5102: the report was finished before.</summary>
    AlreadyFinished,

    /// <summary>A code of no known family.</summary>
    Unexpected,
}
