using Microsoft.AspNetCore.Builder;

namespace Vigil.Server.Http;

/// <summary>
/// What an endpoint takes whose body is a file, for the API's description alone. It turns no request away: the endpoint
/// itself says what it cannot read.
/// </summary>
/// <param name="About">What the file is.</param>
/// <param name="ContentTypes">What it may come as; the first is usual.</param>
/// <param name="Values">What the address and the headers say of it.</param>
internal sealed record FileBody(
    string About,
    IReadOnlyList<string> ContentTypes,
    IReadOnlyList<FileValue> Values
);

/// <param name="Name">Of the header or of the value in the query.</param>
/// <param name="About">What it says, and how it is written.</param>
internal sealed record FileValue(string Name, string About)
{
    /// <summary>Else it stands in the query.</summary>
    public bool IsHeader { get; init; }

    /// <summary>It must be given.</summary>
    public bool IsNeeded { get; init; }

    /// <summary>It is one of these; null: any text.</summary>
    public IReadOnlyList<string>? OneOf { get; init; }
}

internal static class FileBodies
{
    public static TBuilder TakesFile<TBuilder>(this TBuilder endpoint, FileBody body)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(body);
}
