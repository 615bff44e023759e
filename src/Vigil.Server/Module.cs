using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server;

/// <summary>
/// One feature as the host sees it. Outside its profiles it does not exist: no tables, no routes, no services.
/// </summary>
/// <param name="Name">As in "Features/Lists".</param>
/// <param name="Profiles">Where it exists.</param>
internal sealed record Module(string Name, IReadOnlyList<Profile> Profiles)
{
    /// <summary>The feature has Migrations of its own.</summary>
    public bool HasTables { get; init; } = true;

    public Action<IServiceCollection> Add { get; init; } = _ => { };

    /// <summary>Its part in the transactions of others.</summary>
    public Action<Reactions, IServiceProvider> React { get; init; } = (_, _) => { };

    public Action<IEndpointRouteBuilder> Map { get; init; } = _ => { };

    /// <summary>Its entries of the console's menu.</summary>
    public IReadOnlyList<NavItem> Nav { get; init; } = [];
}

/// <param name="Title">As people call it.</param>
/// <param name="Path">Under /console.</param>
/// <param name="Permission">Who sees it.</param>
internal sealed record NavItem(string Title, string Path, Permission Permission);
