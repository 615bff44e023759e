using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Ui;

/// <summary>What the layout and the pages know of the request they render.</summary>
internal sealed class PageContext(IHttpContextAccessor accessor, TrustKernel kernel)
{
    private const string NoticeParameter = "notice";

    /// <summary>Set by the handler of the page.</summary>
    public string Title { get; set; } = "Vigil";

    public HttpContext Http => accessor.HttpContext!;

    public Actor? Actor => Http.FindActor();

    /// <summary>Solo mode stands on every page.</summary>
    public async ValueTask<SoloStanding?> SoloAsync() =>
        Actor is { } actor ? await kernel.SoloMode.FindAsync(actor.Tenant, Http.RequestAborted) : null;

    /// <summary>Null for an API key, and before sign-in.</summary>
    public SignedIn? Person => Http.FindPerson();

    /// <summary>The operator set an identity provider.</summary>
    public bool HasSingleSignOn => Http.RequestServices.GetService<SingleSignOn>() is not null;

    public bool May(Permission permission) => Actor?.May(permission) == true;

    /// <summary>What an act on the page before said; one of a closed set, never text of a stranger's link.</summary>
    public string? Notice => Notices.Find(Http.Request.Query[NoticeParameter].ToString());

    /// <summary>Null: one came from the case's page.</summary>
    public PageOrigin? Origin => PageOrigin.Of(Http.Request.Query);

    /// <summary>An address of this console, without a fragment, that knows of the origin too.</summary>
    public string WithOrigin(string address) => Origin?.On(address) ?? address;

    public IEnumerable<NavItem> Nav =>
        VigilApp.Of(kernel.Profile).SelectMany(module => module.Nav).Where(item => May(item.Permission));

    /// <summary>The menu, in groups.</summary>
    public IEnumerable<(string Title, IReadOnlyList<NavItem> Items)> Groups =>
        Navigation.Of(VigilApp.Of(kernel.Profile), item => May(item.Permission));

    public bool IsCurrent(NavItem item) =>
        item.Path == "/console"
            ? Http.Request.Path == item.Path
            : Http.Request.Path.StartsWithSegments(item.Path, StringComparison.Ordinal);
}
