namespace Vigil.CyberTip;

/// <summary>One thing that is wrong with a document.</summary>
/// <param name="Path">Where, as in <c>report/victim[2]/deviceId[1]/idType</c>; attributes with an at sign.</param>
/// <param name="Rule">What is broken.</param>
/// <param name="Message">What to do about it. Holds no value of the document.</param>
public sealed record Finding(string Path, Rule Rule, string Message)
{
    /// <summary>Path and message.</summary>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

/// <summary>What was read, and what is wrong with it.</summary>
/// <param name="Value">Null: nothing could be read. Parts that could not be read are missing in it.</param>
/// <param name="Findings">Empty: it is as the schema asks. The rules beyond that are <see cref="ReportRules"/>.</param>
public sealed record Reading<T>(T? Value, IReadOnlyList<Finding> Findings)
    where T : class
{
    /// <summary>It was read and nothing is wrong with it.</summary>
    public bool IsValid => Value is not null && Findings.Count == 0;
}
