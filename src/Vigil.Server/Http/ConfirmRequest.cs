namespace Vigil.Server.Http;

/// <summary>A second person's word.</summary>
internal sealed record ConfirmRequest
{
    /// <summary>The word `read` that stands with what was asked for: nobody confirms another than they read.</summary>
    public string? Read { get; init; }
}
