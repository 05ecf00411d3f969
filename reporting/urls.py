"""Addresses of what we show."""

from django.urls import path

from reporting.views import certificates, credits, home, month, product, products

app_name = "reporting"
urlpatterns = [
    path("", home.home, name="home"),
    path("products/", products.products, name="products"),
    path("products/<slug:slug>/", product.product, name="product"),
    path("products/<slug:slug>/sla.pdf", product.as_pdf, name="product_pdf"),
    path("agreements/<slug:slug>/credits/<int:number>/", credits.year, name="credits_year"),
    path("certificates/<int:pk>/certificate.pdf", certificates.as_pdf, name="certificate_pdf"),
    path("products/<slug:slug>/months/<str:year_month>/", month.month, name="month"),
]
