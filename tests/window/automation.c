/* Lets WebKitWebDriver drive an unmodified binary. Loaded into the app by LD_PRELOAD, by the tests only.
 *
 * wry switches automation off for its context and builds a view that no automation session may control. Both are
 * decided before any code of ours could run inside the app, so they are changed on the way into WebKitGTK: the
 * context is told the opposite, and the constructor of the view's class is wrapped so that the first view is built
 * as a controlled one. That view is what a session gets when it asks for a window. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <webkit2/webkit2.h>

typedef GObject *(*Constructor)(GType, guint, GObjectConstructParam *);

static Constructor plain_constructor;
static GObject *first_view;

static GObject *controlled_view(GType type, guint count, GObjectConstructParam *given) {
    static GValue yes = G_VALUE_INIT;
    if (first_view)
        return plain_constructor(type, count, given);
    g_value_init(&yes, G_TYPE_BOOLEAN);
    g_value_set_boolean(&yes, TRUE);
    for (guint i = 0; i < count; i++) {
        /* The value may be the property's shared default: the pointer is replaced, never what it points to. */
        if (g_str_equal(given[i].pspec->name, "is-controlled-by-automation"))
            given[i].value = &yes;
    }
    first_view = plain_constructor(type, count, given);
    return first_view;
}

static WebKitWebView *window_of_session(WebKitAutomationSession *session, gpointer unused) {
    return WEBKIT_WEB_VIEW(first_view);
}

static void session_started(WebKitWebContext *context, WebKitAutomationSession *session, gpointer unused) {
    WebKitApplicationInfo *app = webkit_application_info_new();
    webkit_application_info_set_name(app, "doorstep");
    webkit_automation_session_set_application_info(session, app);
    webkit_application_info_unref(app);
    g_signal_connect(session, "create-web-view", G_CALLBACK(window_of_session), NULL);
}

void webkit_web_context_set_automation_allowed(WebKitWebContext *context, gboolean wanted) {
    void (*original)(WebKitWebContext *, gboolean) = dlsym(RTLD_NEXT, "webkit_web_context_set_automation_allowed");
    /* WebKitGTK aborts when a second context of one process allows automation. */
    if (plain_constructor) {
        original(context, wanted);
        return;
    }
    GObjectClass *views = G_OBJECT_CLASS(g_type_class_ref(WEBKIT_TYPE_WEB_VIEW));
    plain_constructor = views->constructor;
    views->constructor = controlled_view;
    original(context, TRUE);
    g_signal_connect(context, "automation-started", G_CALLBACK(session_started), NULL);
}
