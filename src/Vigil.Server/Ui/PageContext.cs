using Microsoft.AspNetCore.Http;
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
    public async ValueTask<bool> IsSoloAsync() =>
        Actor is { } actor && await kernel.SoloMode.IsOnAsync(actor.Tenant, Http.RequestAborted);

    public bool May(Permission permission) => Actor?.May(permission) == true;

    /// <summary>What an act on the page before said; one of a closed set, never text of a stranger's link.</summary>
    public string? Notice => Notices.Find(Http.Request.Query[NoticeParameter].ToString());

    public IEnumerable<NavItem> Nav =>
        VigilApp.Of(kernel.Profile).SelectMany(module => module.Nav).Where(item => May(item.Permission));

    public bool IsCurrent(NavItem item) =>
        Http.Request.Path.StartsWithSegments(item.Path, StringComparison.Ordinal);
}
